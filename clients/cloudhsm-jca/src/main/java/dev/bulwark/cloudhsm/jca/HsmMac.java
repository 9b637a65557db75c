package dev.bulwark.cloudhsm.jca;

import dev.bulwark.cloudhsm.protocol.Operation;
import java.security.InvalidAlgorithmParameterException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.MacSpi;
import org.jspecify.annotations.Nullable;

/** HMAC, computed by the cluster. */
final class HsmMac extends MacSpi {
  private final int bits;
  private final Buffer data = new Buffer();
  private HsmKey.@Nullable Secret key;

  HsmMac(int bits) {
    this.bits = bits;
  }

  @Override
  protected int engineGetMacLength() {
    return bits / 8;
  }

  @Override
  protected void engineInit(Key given, @Nullable AlgorithmParameterSpec parameters)
      throws InvalidKeyException, InvalidAlgorithmParameterException {
    if (parameters != null) {
      throw new InvalidAlgorithmParameterException("HMAC takes no parameters");
    }
    key = HsmKeys.own(given, HsmKey.Secret.class);
    engineReset();
  }

  @Override
  protected void engineUpdate(byte one) {
    data.add(new byte[] {one}, 0, 1);
  }

  @Override
  protected void engineUpdate(byte[] bytes, int from, int length) {
    data.add(bytes, from, length);
  }

  @Override
  protected byte[] engineDoFinal() {
    var own = key;
    if (own == null) {
      throw new IllegalStateException("the MAC was not initialized");
    }
    return own.cluster()
        .ask(Operation.MAC, own.name(), "SHA_" + bits, data.take())
        .fields()
        .getFirst();
  }

  @Override
  protected void engineReset() {
    data.take();
  }
}
