"""Pictures of teaching sites."""
