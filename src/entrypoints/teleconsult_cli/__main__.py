"""`python -m teleconsult_cli` is `teleconsult`."""

from teleconsult_cli.main import main

main()
