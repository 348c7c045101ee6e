"""teleconsult_wiring."""
