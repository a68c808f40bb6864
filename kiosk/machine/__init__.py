"""What a program has from the machine it runs on: folders, files, journal, systemd, fonts, TLS."""
