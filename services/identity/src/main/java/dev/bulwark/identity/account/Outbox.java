package dev.bulwark.identity.account;

import dev.bulwark.base.Ids;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * Mail to the owners of accounts. It is laid into a folder that only who runs the installation can
 * read, one file a message in the format of RFC 5322, for a mail program to send or for a person to
 * read.
 */
public final class Outbox {
  private final Path folder;

  /**
   * @param folder made when the first message comes
   */
  public Outbox(Path folder) {
    this.folder = folder;
  }

  /** Lays a message into the folder. */
  public void send(String to, String subject, String text, Instant time) {
    var name =
        DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC).format(time)
            + "-"
            + Ids.base36(8)
            + ".eml";
    var message =
        """
        Date: %s
        To: <%s>
        Subject: %s
        Content-Type: text/plain; charset=utf-8

        %s
        """
            .formatted(
                DateTimeFormatter.RFC_1123_DATE_TIME.format(time.atOffset(ZoneOffset.UTC)),
                to,
                subject,
                text);
    try {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      var file =
          Files.createFile(
              folder.resolve(name),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(
          file, message.replace("\n", "\r\n"), StandardOpenOption.WRITE, StandardOpenOption.SYNC);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to " + folder, e);
    }
  }
}
