"""Safe placing: whole files into a folder that somebody watches, here or at an SFTP server. Plugins use it."""
