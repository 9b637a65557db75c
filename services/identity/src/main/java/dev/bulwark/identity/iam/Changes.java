package dev.bulwark.identity.iam;

import dev.bulwark.service.Call;
import dev.bulwark.state.WriteTx;
import org.jspecify.annotations.Nullable;

/** Tells the stream of resource changes what became of a user, group or role. */
final class Changes {
  private Changes() {}

  /**
   * @param before null where it is new
   * @param after null where it is gone
   */
  static void tell(Call call, WriteTx tx, @Nullable Entity before, @Nullable Entity after) {
    var entity = after == null ? before : after;
    if (entity != null) {
      call.changed(tx, entity.kind().type(), entity.id(), entity.arn(), before, after);
    }
  }
}
