package dev.bulwark.audit.cloudtrail;

import dev.bulwark.audit.cloudtrail.TrailTables.DeliveredFile;
import dev.bulwark.audit.cloudtrail.TrailTables.DigestChain;
import dev.bulwark.audit.cloudtrail.TrailTables.Status;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.WriteTx;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Digest files: each hour one that tells of the log files of the hour, signed, and of the digest
 * before. Hours in which nobody was there to tell are told of by one digest.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html">Digest
 *     file structure</a>
 */
final class Digests {
  private static final Duration PERIOD = Duration.ofHours(1);
  private static final Duration RETRY = Duration.ofMinutes(5);

  private final TrailTables tables;
  private final Destinations destinations;
  private final SigningKeys keys;
  private Instant notBefore = Instant.EPOCH;

  Digests(TrailTables tables, Destinations destinations, SigningKeys keys) {
    this.tables = tables;
    this.destinations = destinations;
    this.keys = keys;
  }

  /** For a laboratory that forgets everything. */
  void forget() {
    notBefore = Instant.EPOCH;
  }

  /** A chain of digests: of an account in a Region, for a trail. */
  record Chain(TrailRecord trail, String accountId, String region) {
    String row() {
      return Key.of(trail.arn(), accountId, region);
    }
  }

  /** Delivers the digests whose hour is over. */
  void deliverDue(Instant now) {
    if (now.isBefore(notBefore)) {
      return;
    }
    for (var trail : tables.store().read(tables::all)) {
      for (var chain : chains(trail)) {
        deliverDue(chain, now);
      }
    }
  }

  /** Also of an account and Region in which nothing was delivered, once something was. */
  private List<Chain> chains(TrailRecord trail) {
    if (trail.started() == null) {
      return List.of();
    }
    var rows = new TreeSet<String>();
    tables
        .store()
        .read(
            tx -> {
              var prefix = Scan.prefix(Key.prefix(trail.arn()));
              rows.addAll(tables.digests().keys(tx, prefix));
              if (isSwitchedOn(trail)) {
                rows.addAll(tables.progress().keys(tx, prefix));
                rows.add(Key.of(trail.arn(), trail.accountId(), trail.homeRegion()));
              }
              return rows;
            });
    var chains = new ArrayList<Chain>(rows.size());
    for (var row : rows) {
      var parts = Key.split(row, 3);
      chains.add(new Chain(trail, parts.get(1), parts.get(2)));
    }
    return chains;
  }

  private static boolean isSwitchedOn(TrailRecord trail) {
    return trail.logging() && trail.settings().validation();
  }

  private void deliverDue(Chain chain, Instant now) {
    var known = tables.digests().get(chain.row());
    if (known == null) {
      var begun = new DigestChain(begin(chain.trail(), now), null, null, null, null);
      tables.store().run(tx -> tables.digests().put(tx, chain.row(), begun));
      return;
    }
    long periods = Duration.between(known.end(), now).dividedBy(PERIOD);
    if (periods < 1) {
      return;
    }
    var end = known.end().plus(PERIOD.multipliedBy(periods));
    var files =
        tables
            .store()
            .read(tx -> tables.files().scan(tx, Scan.prefix(chain.row() + Key.prefix(""))))
            .stream()
            .filter(file -> file.value().delivered().isBefore(end))
            .toList();
    if (files.isEmpty() && !isSwitchedOn(chain.trail())) {
      // The chain is broken; the next one begins anew.
      tables.store().run(tx -> tables.digests().delete(tx, chain.row()));
      return;
    }
    deliver(chain, known, end, files, now);
  }

  /** Digests tell of whole seconds. */
  private static Instant begin(TrailRecord trail, Instant now) {
    var started = trail.started() == null ? now : trail.started();
    var recently = now.minus(PERIOD);
    return (started.isBefore(recently) ? now : started).truncatedTo(ChronoUnit.SECONDS);
  }

  private void deliver(
      Chain chain, DigestChain before, Instant end, List<Entry<DeliveredFile>> rows, Instant now) {
    var files = rows.stream().map(Entry::value).toList();
    var signingKey = keys.current(chain.trail().homeRegion(), now);
    var document = DigestFile.of(chain, before, end, files, signingKey.fingerprint());
    var signature = keys.sign(signingKey, document.stringToSign());
    try {
      destinations.putDigest(
          chain.trail(),
          document.key(),
          document.compressed(),
          Map.of("signature", signature, "signature-algorithm", DigestFile.ALGORITHM));
    } catch (ApiException e) {
      notBefore = now.plus(RETRY);
      tables.store().run(tx -> put(tx, chain, status -> status.digest(now, e.code())));
      return;
    }
    var after =
        new DigestChain(
            end, chain.trail().settings().bucket(), document.key(), document.hash(), signature);
    tables
        .store()
        .run(
            tx -> {
              tables.digests().put(tx, chain.row(), after);
              rows.forEach(row -> tables.files().delete(tx, row.key()));
              put(tx, chain, status -> status.digest(now, null));
            });
  }

  private void put(WriteTx tx, Chain chain, UnaryOperator<Status> change) {
    var key = Key.of(chain.trail().arn(), chain.region());
    @Nullable Status before = tables.statuses().get(tx, key);
    tables.statuses().put(tx, key, change.apply(before == null ? Status.NONE : before));
  }
}
