package dev.bulwark.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;

final class BucketContentsTest {
  private final Lab lab = new Lab();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void showsObjectsAndVersionsInOrder() {
    var s3 = lab.root();
    s3.createBucket(b -> b.bucket("shelf"));
    s3.putBucketVersioning(
        b -> b.bucket("shelf").versioningConfiguration(v -> v.status("Enabled")));
    // More than a batch, made without a request each.
    s3.putObject(b -> b.bucket("shelf").key("seed").tagging("a=b"), RequestBody.fromString("1"));
    var tables = new S3Tables(lab.store);
    var seed = tables.objects.get(S3Tables.key("shelf", "seed"));
    lab.store.run(
        tx -> {
          for (int i = 0; i < 2500; i++) {
            tables.objects.put(tx, S3Tables.key("shelf", "k%04d".formatted(i)), seed);
          }
        });
    s3.putObject(b -> b.bucket("shelf").key("k0005"), RequestBody.fromString("2"));
    s3.deleteObject(b -> b.bucket("shelf").key("k0005"));
    var contents = new BucketContents(lab.store);
    var keys = new ArrayList<String>();
    contents.objects("shelf", "", null, item -> keys.add(item.key()));
    assertThat(keys).hasSize(2500).isSorted();
    keys.clear();
    contents.objects("shelf", "k", "k2490", item -> keys.add(item.key()));
    assertThat(keys).hasSize(9).startsWith("k2491");
    var versions = new ArrayList<BucketContents.Item>();
    contents.versions("shelf", "", versions::add);
    assertThat(versions).hasSize(2503);
    assertThat(versions.subList(5, 8))
        .extracting(item -> item.key() + item.latest() + item.marker())
        .isEqualTo(List.of("k0005truetrue", "k0005falsefalse", "k0005falsefalse"));
    assertThat(versions.getLast().tags()).isEqualTo(Map.of("a", "b"));
    var two = new ArrayList<String>();
    contents.versions(
        "shelf",
        "",
        item -> {
          two.add(item.key());
          return two.size() < 2;
        });
    assertThat(two).hasSize(2);
  }
}
