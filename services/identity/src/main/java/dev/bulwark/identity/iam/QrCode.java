package dev.bulwark.identity.iam;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/**
 * QR codes as PNG images (W3C PNG, third edition) in black and white, written by hand: ImageIO
 * would bring the desktop module in.
 */
final class QrCode {
  private static final int SIZE = 300;
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  private QrCode() {}

  static byte[] png(String text) {
    try {
      return png(
          new QRCodeWriter()
              .encode(
                  text,
                  BarcodeFormat.QR_CODE,
                  SIZE,
                  SIZE,
                  Map.of(EncodeHintType.ERROR_CORRECTION, ErrorCorrectionLevel.L)));
    } catch (WriterException e) {
      throw new IllegalArgumentException("too long for a QR code", e);
    }
  }

  private static byte[] png(BitMatrix matrix) {
    var bytes = new ByteArrayOutputStream(2048);
    bytes.writeBytes(SIGNATURE);
    // One bit a sample, grey, no interlacing.
    chunk(
        bytes,
        "IHDR",
        ByteBuffer.allocate(13)
            .putInt(matrix.getWidth())
            .putInt(matrix.getHeight())
            .put((byte) 1)
            .array());
    chunk(bytes, "IDAT", deflated(rows(matrix)));
    chunk(bytes, "IEND", new byte[0]);
    return bytes.toByteArray();
  }

  /** Each row is a byte for its filter, none, and the row's bits: 1 is white. */
  private static byte[] rows(BitMatrix matrix) {
    int length = 1 + (matrix.getWidth() + 7) / 8;
    var rows = new byte[length * matrix.getHeight()];
    for (int y = 0; y < matrix.getHeight(); y++) {
      for (int x = 0; x < matrix.getWidth(); x++) {
        if (!matrix.get(x, y)) {
          rows[y * length + 1 + x / 8] |= (byte) (0x80 >> x % 8);
        }
      }
    }
    return rows;
  }

  private static byte[] deflated(byte[] data) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(bytes)) {
      out.write(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void chunk(ByteArrayOutputStream target, String type, byte[] data) {
    var name = type.getBytes(StandardCharsets.US_ASCII);
    var crc = new CRC32();
    crc.update(name);
    crc.update(data);
    try (var out = new DataOutputStream(target)) {
      out.writeInt(data.length);
      out.write(name);
      out.write(data);
      out.writeInt((int) crc.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
