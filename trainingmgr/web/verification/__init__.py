"""The public page behind the QR: is this certificate valid."""
