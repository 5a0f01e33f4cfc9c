"""Customers that nobody is."""

from random import Random

_FIRST = "Ada Ben Cem Dana Elif Finn Greta Hugo Ines Jan Kim Lena Marek Nora Oskar Petra Rosa Sven Tara Ugo".split()
_LAST = "Arnold Berg Çelik Dvořák Ekström Fischer Grün Hansen Ito Jansen Krüger Lopez Meyer Novak Öztürk Petit".split()
_FIRMS = "Bakery Books Brewery Cinema Clinic Florist Garage Museum Optician School Theatre Vineyard".split()


def customer(random: Random, mark: str) -> dict[str, str | bool]:
    """A customer whose user name and e-mail carry `mark`, so that copies of them are told apart."""
    first, last = random.choice(_FIRST), random.choice(_LAST)
    plain = f"{first}.{last}".encode("ascii", "ignore").decode().lower()
    return {
        "user_name": f"{plain}{mark}",
        "name": f"{first} {last}",
        "email": f"{plain}{mark}@customer.example",
        "phone": f"+49 {random.randint(30, 899)} {random.randint(100_000, 9_999_999)}",
        "company": f"{last} {random.choice(_FIRMS)}" if random.random() < 0.4 else "",
        "guest": random.random() < 0.2,
    }
