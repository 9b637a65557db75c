package dev.bulwark.storage.s3;

import java.time.Instant;
import java.util.function.Consumer;

/** What answers tell of an object's archive and lock. */
record StateAnswer(ObjectRecord object, Instant now) {

  /** Sets the members that outputs have for it. */
  void send(
      Consumer<String> restore,
      Consumer<String> mode,
      Consumer<Instant> until,
      Consumer<String> legalHold) {
    var extras = object.extras();
    if (extras == ObjectExtras.NONE) {
      return;
    }
    if (extras.restore() != null && Archives.tellsOf(extras.restore(), now)) {
      restore.accept(extras.restore().header(now));
    }
    if (extras.retention() != null) {
      mode.accept(extras.retention().mode());
      until.accept(extras.retention().untilTime());
    }
    if (extras.legalHold() != null) {
      legalHold.accept(extras.isHeld() ? "ON" : "OFF");
    }
  }
}
