-- Changed by each replica that receives deliveries of a source. Replicas share one subscription, so one that receives nothing sees here
-- whether others do. Only that the number changes means something.
CREATE TABLE delivery_count (
  source  TEXT    NOT NULL CONSTRAINT pk_delivery_count PRIMARY KEY,
  counted INTEGER NOT NULL
);
