"""What each command of the command line does. Imports are made when a command needs them."""
