-- How often the checkpoint has been begun anew. Replicas may share one: who knows only an earlier generation writes it no more.
ALTER TABLE checkpoint_format ADD generation BIGINT NOT NULL CONSTRAINT df_checkpoint_format_generation DEFAULT 0;
