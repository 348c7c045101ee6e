"""teleconsult_documents."""
