package dev.bulwark.messaging.sns;

import dev.bulwark.messaging.sns.Deliveries.Outcome;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;

/** Sends e-mail through the server that the operator names, over TLS where the server offers it. */
final class MailCarrier implements Deliveries.Carrier {
  private static final String MILLIS = "15000";
  private static final String SENDER = "no-reply@sns.bulwark.invalid";

  private final Session session;
  private final Envelopes envelopes;

  MailCarrier(MailServer server, Envelopes envelopes) {
    var properties = new Properties();
    properties.put("mail.smtp.host", server.host());
    properties.put("mail.smtp.port", Integer.toString(server.port()));
    properties.put("mail.smtp.connectiontimeout", MILLIS);
    properties.put("mail.smtp.timeout", MILLIS);
    properties.put("mail.smtp.writetimeout", MILLIS);
    properties.put("mail.smtp.starttls.enable", "true");
    this.session = Session.getInstance(properties);
    this.envelopes = envelopes;
  }

  @Override
  public Outcome deliver(DeliveryRecord delivery, String text) throws MessagingException {
    var mail = new MimeMessage(session);
    mail.setFrom(new InternetAddress(SENDER));
    mail.setRecipient(Message.RecipientType.TO, new InternetAddress(delivery.endpoint(), true));
    mail.setSubject(
        Objects.requireNonNullElse(delivery.subject(), "AWS Notification Message"),
        StandardCharsets.UTF_8.name());
    boolean plain =
        delivery.protocol().equals("email") && delivery.kind().equals(Envelopes.NOTIFICATION);
    mail.setText(
        plain
            ? text
                + "\n\n--\nIf you wish to stop receiving notifications from this topic, please click or visit the link below to unsubscribe:\n"
                + envelopes.unsubscribeUrl(delivery.subscriptionArn())
                + "\n"
            : text,
        StandardCharsets.UTF_8.name());
    Transport.send(mail);
    return Outcome.DELIVERED;
  }
}
