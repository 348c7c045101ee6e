"""teleconsult_cli."""
