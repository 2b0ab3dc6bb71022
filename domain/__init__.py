"""The rules of order approval, pure: no clock, no network, no settings. Everybody else asks here."""
