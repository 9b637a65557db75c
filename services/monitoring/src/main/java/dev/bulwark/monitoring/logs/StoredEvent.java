package dev.bulwark.monitoring.logs;

/**
 * An event as it was stored.
 *
 * @param position its place in the order of all events of a group
 */
record StoredEvent(String stream, Position position, String message, long ingestion) {

  StoredEvent withMessage(String shown) {
    return new StoredEvent(stream, position, shown, ingestion);
  }

  long timestamp() {
    return position.timestamp();
  }
}
