"""The days on which people work, zone by zone: holidays, and weekend days worked for them."""
