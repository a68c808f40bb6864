"""Copies of what the branch must not lose, and what a helper far away needs."""

from argparse import Namespace

from kiosk.errands.options import WELL, folder_of, settings_of


def backup(options: Namespace) -> int:
    """``kiosk backup FILE``, while the branch runs and when it doesn't"""
    from kiosk.keys.keyring import Keyring
    from kiosk.store.backup import back_up

    seal = back_up(options.var, options.file)
    print(f"{options.file}: {seal.sequence} facts; seal {seal}")
    for secret, place in Keyring.of(settings_of(options), options.var).given():
        print(f"{options.file.name}: {secret} isn't in it: keep {place.file} yourself")
    return WELL


def restore(options: Namespace) -> int:
    """``kiosk restore FILE``"""
    from kiosk.store.backup import restore

    seal = restore(options.file, options.var)
    print(f"{options.var}: {seal.sequence} facts; seal {seal}")
    return WELL


def support(options: Namespace) -> int:
    """``kiosk support FILE``, while the branch runs and when it doesn't; 1 where it never did"""
    from kiosk.support import write_bundle

    write_bundle(settings_of(options), options.config, options.var, options.file)
    folder_of(options)
    return WELL
