-- Changed by each replica that receives deliveries of a source. Replicas share one subscription, so one that receives nothing sees here
-- whether others do. Only that the number changes means something.
CREATE TABLE delivery_count (
  source  NVARCHAR(128) COLLATE Latin1_General_100_BIN2 NOT NULL CONSTRAINT pk_delivery_count PRIMARY KEY,
  counted BIGINT        NOT NULL
);
