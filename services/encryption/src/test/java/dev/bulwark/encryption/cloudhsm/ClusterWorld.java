package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.cloudhsm.jca.CloudHsmProvider;
import dev.bulwark.cloudhsm.jca.CloudHsmSettings;
import dev.bulwark.encryption.cloudhsm.front.HsmFront;
import dev.bulwark.encryption.kms.Lab;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.cloudhsmv2.CloudHsmV2Client;

/** An active cluster with the crypto user app, behind its port, and its owner. */
public final class ClusterWorld implements AutoCloseable {
  public static final String USER = "app";
  public static final String PASSWORD = "app-password";

  public final Lab lab = new Lab();
  final CloudHsmV2Client hsm = lab.hsm();
  public final Owner owner;
  public final String cluster;
  final HsmFront front;

  public ClusterWorld() throws Exception {
    owner = new Owner(lab.now());
    cluster = makeCluster(owner);
    lab.cryptoUser(cluster, USER, PASSWORD);
    front = new HsmFront(lab.cloudHsm(), "127.0.0.1", 0, lab.clock());
  }

  /** Another cluster, active. */
  String makeCluster(Owner claimedBy) throws Exception {
    var id =
        hsm.createCluster(r -> r.hsmType("hsm2m.medium").subnetIds("subnet-0123abcd"))
            .cluster()
            .clusterId();
    addHsm(id);
    var csr =
        hsm.describeClusters(r -> r.filters(Map.of("clusterIds", List.of(id))))
            .clusters()
            .getFirst()
            .certificates()
            .clusterCsr();
    var certificate = claimedBy.sign(csr);
    hsm.initializeCluster(
        r -> r.clusterId(id).signedCert(certificate).trustAnchor(claimedBy.certificate));
    lab.activate(id);
    return id;
  }

  String addHsm(String id) {
    return hsm.createHsm(r -> r.clusterId(id).availabilityZone("us-east-1a")).hsm().hsmId();
  }

  static KeyPair pair() throws Exception {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  /** Settings of a client whose certificate that authority signed. */
  CloudHsmSettings settings(Owner signedBy, String password) throws Exception {
    var pair = pair();
    return new CloudHsmSettings(
        "127.0.0.1",
        front.port(),
        cluster,
        owner.parsed(),
        pair.getPrivate(),
        List.of(signedBy.certify("client", pair.getPublic())),
        USER,
        password);
  }

  CloudHsmProvider provider() throws Exception {
    return new CloudHsmProvider(settings(owner, PASSWORD));
  }

  @Override
  public void close() {
    front.close();
    lab.close();
  }
}
