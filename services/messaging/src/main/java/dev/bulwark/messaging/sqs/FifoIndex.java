package dev.bulwark.messaging.sqs;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a FIFO queue: those of a group one after the other, and none while one before it
 * is in flight, but for those that are received together.
 */
final class FifoIndex extends QueueIndex {
  private static final class Group {
    final TreeMap<Long, Held> messages = new TreeMap<>();

    /** Under which number it waits to be chosen; 0 while it does not. */
    long listed;
  }

  private final Map<String, Group> groups = new HashMap<>();

  /** Groups that something can be received of, by their first message. */
  private final TreeMap<Long, Group> available = new TreeMap<>();

  @Override
  Chooser chooser() {
    return new Chooser() {
      private @Nullable Group current;
      private long last;

      @Override
      public @Nullable Held next() {
        if (current != null) {
          var following = current.messages.higherEntry(last);
          if (following != null && following.getValue().state == State.READY) {
            return choose(current, following.getValue());
          }
        }
        var first = available.firstEntry();
        return first == null
            ? null
            : choose(first.getValue(), first.getValue().messages.firstEntry().getValue());
      }

      private Held choose(Group group, Held held) {
        current = group;
        last = held.number;
        return held;
      }
    };
  }

  private Group group(Held held) {
    return groups.computeIfAbsent(Objects.requireNonNullElse(held.groupId, ""), id -> new Group());
  }

  @Override
  void added(Held held) {
    var group = group(held);
    group.messages.put(held.number, held);
    list(group);
  }

  @Override
  void changed(Held held, State before) {
    list(group(held));
  }

  @Override
  void removed(Held held) {
    var group = group(held);
    group.messages.remove(held.number);
    list(group);
    if (group.messages.isEmpty()) {
      groups.remove(Objects.requireNonNullElse(held.groupId, ""));
    }
  }

  private void list(Group group) {
    var first = group.messages.firstEntry();
    boolean open = first != null && first.getValue().state == State.READY;
    long number = open ? first.getKey() : 0;
    if (number != group.listed) {
      if (group.listed != 0) {
        available.remove(group.listed);
      }
      if (number != 0) {
        available.put(number, group);
      }
      group.listed = number;
    }
  }
}
