"""Who may get a certificate, issuing, the register, downloads, revoking."""
