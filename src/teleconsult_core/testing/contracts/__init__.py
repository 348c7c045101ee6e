"""One suite of tests for each port: subclass it, implement one method, and run pytest.

    from teleconsult_core.testing.contracts.work import WorkContract
    from teleconsult_core.testing.contracts.card_network import CardNetworkContract
    from teleconsult_core.testing.contracts.paying_out import PayoutNetworkContract
    from teleconsult_core.testing.contracts.gateways import LettersContract, TextsContract
    from teleconsult_core.testing.contracts.wording import WordingContract
    from teleconsult_core.testing.contracts.rooms import VideoRoomsContract
    from teleconsult_core.testing.contracts.printer import PrinterContract

Needs pytest and hypothesis. Each file opens with how it is used. With the package installed, its
pytest plug-in makes failing asserts show what differed.
"""
