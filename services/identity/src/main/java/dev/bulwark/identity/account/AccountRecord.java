package dev.bulwark.identity.account;

import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An account as stored.
 *
 * @param email of its root user
 * @param closed when it was closed; null while it is open
 * @param contact its primary contact; null until one is given
 * @param alternateContacts by their type
 * @param emailChange an address that waits to be confirmed
 */
public record AccountRecord(
    String id,
    String name,
    String email,
    Instant created,
    @Nullable Instant closed,
    @Nullable Contact contact,
    Map<String, AlternateContact> alternateContacts,
    @Nullable EmailChange emailChange) {

  /** Whom AWS would write to. */
  public record Contact(
      String fullName,
      String addressLine1,
      @Nullable String addressLine2,
      @Nullable String addressLine3,
      String city,
      @Nullable String stateOrRegion,
      @Nullable String districtOrCounty,
      String postalCode,
      String countryCode,
      String phoneNumber,
      @Nullable String companyName,
      @Nullable String websiteUrl) {}

  /** Whom AWS would write to about bills, operations or security. */
  public record AlternateContact(String name, String title, String email, String phoneNumber) {}

  /**
   * A new address of the root user.
   *
   * @param code the one-time password that was sent there, sealed
   * @param failures how often one was tried that was not right, as far as is known
   */
  public record EmailChange(String email, byte[] code, Instant expires, int failures) {
    EmailChange failed() {
      return new EmailChange(email, code, expires, failures + 1);
    }
  }

  public AccountRecord {
    alternateContacts = Map.copyOf(alternateContacts);
  }

  /** A new account. */
  public static AccountRecord of(String id, String name, String email, Instant created) {
    return new AccountRecord(id, name, email, created, null, null, Map.of(), null);
  }

  /** Whether its credentials work. */
  public boolean open() {
    return closed == null;
  }

  /** Addresses are the same without regard to case. */
  String emailKey() {
    return emailKey(email);
  }

  static String emailKey(String email) {
    return email.toLowerCase(Locale.ROOT);
  }

  /** The same account, closed then, or open again. */
  public AccountRecord withClosed(@Nullable Instant time) {
    return new AccountRecord(
        id, name, email, created, time, contact, alternateContacts, emailChange);
  }

  AccountRecord withName(String newName) {
    return new AccountRecord(
        id, newName, email, created, closed, contact, alternateContacts, emailChange);
  }

  AccountRecord withEmail(String newEmail) {
    return new AccountRecord(id, name, newEmail, created, closed, contact, alternateContacts, null);
  }

  AccountRecord withEmailChange(@Nullable EmailChange change) {
    return new AccountRecord(id, name, email, created, closed, contact, alternateContacts, change);
  }

  AccountRecord withContact(Contact newContact) {
    return new AccountRecord(
        id, name, email, created, closed, newContact, alternateContacts, emailChange);
  }

  AccountRecord withAlternateContact(String type, @Nullable AlternateContact newContact) {
    var contacts = new HashMap<>(alternateContacts);
    if (newContact == null) {
      contacts.remove(type);
    } else {
      contacts.put(type, newContact);
    }
    return new AccountRecord(id, name, email, created, closed, contact, contacts, emailChange);
  }
}
