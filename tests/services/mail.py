"""A private Postfix and Dovecot on loopback: true bounces, delays and reports, and a mailbox to read them from.

Both are started by the tests in a folder of their own, on free ports, and only they are stopped. They need root.
"""

import os
import shutil
import smtplib
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.services.ports import answers, free_port
from tests.services.waiting import wait_until

_MAIN = """
compatibility_level = 3.6
queue_directory = {root}/spool
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file_prefixes = {root}
maillog_file = {root}/maillog
myhostname = mail.hub.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtp_dns_support_level = disabled
recipient_delimiter = +
smtpd_reject_unlisted_recipient = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtputf8_enable = yes
virtual_mailbox_domains = hub.test, customer.test
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = inline:{{ {{bounces@hub.test = bounces/}}, {{anna@customer.test = anna/}} }}
virtual_uid_maps = static:5000
virtual_gid_maps = static:5000
virtual_minimum_uid = 1000
transport_maps = inline:{{ {{full.test = error:5.2.2 mailbox full}}, {{slow.test = retry:4.2.2 over quota}} }}
default_transport = error:5.1.2 no mail leaves this machine
delay_warning_time = 1s
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
maximal_queue_lifetime = 60s
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
_DOVECOT = """
base_dir = {root}/dovecot/run
state_dir = {root}/dovecot/state
log_path = {root}/dovecot/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1000
default_internal_user = dovecot
default_login_user = dovenull
mail_location = maildir:{root}/mail/%n
service imap-login {{
  inet_listener imap {{
    port = {port}
  }}
}}
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid=5000 gid=5000 home={root}/mail/%n
}}
namespace inbox {{
  inbox = yes
}}
"""


def required() -> None:
    """Skip the test where the servers are not installed, or cannot be started; in CI it fails."""
    missing = [name for name in ("postfix", "dovecot") if shutil.which(name, path="/usr/sbin:/usr/bin") is None]
    why = f"needs {' and '.join(missing)} (`make test-mail` installs them)" if missing else ""
    if not why and os.geteuid() != 0:
        why = "needs root: Postfix runs under accounts of its own"
    if why and os.environ.get("CI"):
        pytest.fail(why)
    if why:
        pytest.skip(why)


class MailServers:
    """A running Postfix and Dovecot. Users of hub.test and customer.test sign in with the password `secret`.

    Mail for anybody at full.test is refused, at slow.test put off, and at customer.test there is only anna.
    """

    def __init__(self) -> None:
        """Prepare them."""
        # Not below pytest's own folder, which others may not enter.
        self._root = Path(tempfile.mkdtemp(prefix="printhub-mail-"))
        self.smtp_port, self.imap_port = free_port(), free_port()

    def __enter__(self) -> Self:
        """Start both, and wait until they answer."""
        root = self._root
        root.chmod(0o755)
        for folder in ("etc", "spool", "data", "mail", "dovecot/run", "dovecot/state"):
            (root / folder).mkdir(parents=True)
        shutil.chown(root / "data", "postfix")
        os.chown(root / "mail", 5000, 5000)
        (root / "etc/main.cf").write_text(_MAIN.format(root=root))
        (root / "etc/master.cf").write_text(_MASTER.format(port=self.smtp_port))
        (root / "dovecot/dovecot.conf").write_text(_DOVECOT.format(root=root, port=self.imap_port))
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self) -> None:
        self._run("postfix", "-c", str(self._root / "etc"), "start")
        self._run("dovecot", "-c", str(self._root / "dovecot/dovecot.conf"))
        for port in (self.smtp_port, self.imap_port):
            wait_until(lambda port=port: answers(port), f"port {port} answers", 30)  # type: ignore[misc] # the default binds it

    def __exit__(self, *exception: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Stop both, and take away what they left."""
        self._run("postfix", "-c", str(self._root / "etc"), "stop", check=False)
        self._run("doveadm", "-c", str(self._root / "dovecot/dovecot.conf"), "stop", check=False)
        shutil.rmtree(self._root, ignore_errors=True)

    def mails_of(self, user: str) -> list[bytes]:
        """The new mails of a user, as they came."""
        folder = self._root / "mail" / user / "new"
        return [file.read_bytes() for file in sorted(folder.iterdir())] if folder.is_dir() else []

    def put(self, user: str, mail: bytes) -> None:
        """Send a mail to bounces@hub.test or the like, as anybody could."""
        with smtplib.SMTP("127.0.0.1", self.smtp_port, local_hostname="test.hub.test") as smtp:
            smtp.sendmail("", [f"{user}@hub.test"], mail)

    @staticmethod
    def _run(*command: str, check: bool = True) -> None:
        environ = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin"}
        nowhere = subprocess.DEVNULL  # the daemons would hold a pipe open for as long as they run
        subprocess.run(command, check=check, env=environ, timeout=60, stdout=nowhere, stderr=nowhere)
