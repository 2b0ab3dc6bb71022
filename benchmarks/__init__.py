"""What an order costs, measured on this machine."""
