package dev.bulwark.messaging.sqs;

import dev.bulwark.messaging.DataKeyEnvelope;
import dev.bulwark.messaging.MessageKeys;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Caller;
import dev.bulwark.state.Sealer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Seals the contents of messages: with the root key, or with data keys of KMS where the queue names
 * a key. Contents are bound to their message's id, so that they can follow it to another queue.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html">Key
 *     management</a>
 */
final class MessageSeals {
  private static final String PURPOSE = "sqs/message";
  private static final String SERVICE = "sqs.amazonaws.com";
  private static final byte OWN = 0;
  private static final byte KMS = 1;
  private static final int MOST_KEYS = 10_000;

  private record CachedKey(byte[] plaintext, byte[] ciphertext, Instant until) {}

  private final Sealer sealer;
  private final MessageKeys keys;

  /** Data keys by who uses them for what: what one may decrypt, another may not. */
  private final Map<String, CachedKey> cached =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CachedKey> eldest) {
          return size() > MOST_KEYS;
        }
      };

  MessageSeals(Sealer sealer, MessageKeys keys) {
    this.sealer = sealer;
    this.keys = keys;
  }

  /**
   * Seals contents.
   *
   * @throws ApiException KMS's refusals in SQS's words
   */
  byte[] seal(byte[] content, String messageId, LoadedQueue queue, Caller caller) {
    var kmsKey = queue.kmsKey();
    if (kmsKey == null) {
      var sealed = sealer.seal(PURPOSE, content, utf8(messageId));
      return ByteBuffer.allocate(1 + sealed.length).put(OWN).put(sealed).array();
    }
    var key = keyFor(queue, kmsKey, caller);
    var envelope =
        DataKeyEnvelope.seal(
            queue.arn(),
            new MessageKeys.DataKey(key.plaintext(), key.ciphertext()),
            content,
            messageId);
    return envelope.put(ByteBuffer.allocate(1 + envelope.size()).put(KMS)).array();
  }

  /**
   * Opens contents.
   *
   * @throws ApiException KMS's refusals in SQS's words
   */
  byte[] open(byte[] sealed, String messageId, LoadedQueue queue, Caller caller) {
    var in = ByteBuffer.wrap(sealed);
    if (in.get() == OWN) {
      return sealer.open(PURPOSE, rest(in), utf8(messageId));
    }
    var envelope = DataKeyEnvelope.get(in);
    return envelope.open(opened(envelope.arn(), envelope.dataKey(), queue, caller), messageId);
  }

  private CachedKey keyFor(LoadedQueue queue, String kmsKey, Caller caller) {
    var use = "s " + queue.id() + " " + kmsKey + " " + caller.principal().arn();
    var known = known(use, caller.time());
    if (known != null) {
      return known;
    }
    var asking = caller.via(SERVICE);
    var context = context(queue.arn());
    try {
      var made = keys.generate(asking, kmsKey, context);
      // A sender has to be able to decrypt, too: so SQS makes sure of the key.
      var plaintext = keys.decrypt(asking, made.ciphertext(), context);
      return keep(use, plaintext, made.ciphertext(), queue, caller.time());
    } catch (ApiException e) {
      throw SqsErrors.ofKms(e);
    }
  }

  private byte[] opened(String arn, byte[] ciphertext, LoadedQueue queue, Caller caller) {
    var use = "r " + new String(ciphertext, StandardCharsets.ISO_8859_1) + caller.principal().arn();
    var known = known(use, caller.time());
    if (known != null) {
      return known.plaintext();
    }
    try {
      var plaintext = keys.decrypt(caller.via(SERVICE), ciphertext, context(arn));
      return keep(use, plaintext, ciphertext, queue, caller.time()).plaintext();
    } catch (ApiException e) {
      throw SqsErrors.ofKms(e);
    }
  }

  private static Map<String, String> context(String arn) {
    return Map.of("aws:sqs:arn", arn);
  }

  private @Nullable CachedKey known(String use, Instant now) {
    synchronized (cached) {
      var found = cached.get(use);
      return found == null || !found.until().isAfter(now) ? null : found;
    }
  }

  private CachedKey keep(
      String use, byte[] plaintext, byte[] ciphertext, LoadedQueue queue, Instant now) {
    var key = new CachedKey(plaintext, ciphertext, now.plusSeconds(queue.keyReuse()));
    synchronized (cached) {
      cached.put(use, key);
    }
    return key;
  }

  private static byte[] rest(ByteBuffer in) {
    var bytes = new byte[in.remaining()];
    in.get(bytes);
    return bytes;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
