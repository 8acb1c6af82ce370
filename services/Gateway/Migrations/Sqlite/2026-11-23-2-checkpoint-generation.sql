-- How often the checkpoint was reset. Replicas may share one; a replica that read an earlier generation stops writing.
ALTER TABLE checkpoint_format ADD generation BIGINT NOT NULL CONSTRAINT df_checkpoint_format_generation DEFAULT 0;
