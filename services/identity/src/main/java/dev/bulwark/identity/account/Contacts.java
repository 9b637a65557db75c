package dev.bulwark.identity.account;

import dev.bulwark.api.account.AlternateContact;
import dev.bulwark.api.account.ContactInformation;
import dev.bulwark.api.account.DeleteAlternateContactRequest;
import dev.bulwark.api.account.GetAlternateContactRequest;
import dev.bulwark.api.account.GetAlternateContactResponse;
import dev.bulwark.api.account.GetContactInformationRequest;
import dev.bulwark.api.account.GetContactInformationResponse;
import dev.bulwark.api.account.PutAlternateContactRequest;
import dev.bulwark.api.account.PutContactInformationRequest;
import dev.bulwark.identity.account.AccountRecord.Contact;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Whom to write to about an account. */
final class Contacts {
  private final AccountDirectory accounts;
  private final AccountTargets targets;

  Contacts(AccountDirectory accounts, AccountTargets targets) {
    this.accounts = accounts;
    this.targets = targets;
  }

  GetContactInformationResponse get(GetContactInformationRequest in, Call call) {
    var contact = find(targets.require(call, in.accountId())).contact();
    if (contact == null) {
      throw AccountErrors.noContact();
    }
    return new GetContactInformationResponse(
        ContactInformation.builder()
            .fullName(contact.fullName())
            .addressLine1(contact.addressLine1())
            .addressLine2(contact.addressLine2())
            .addressLine3(contact.addressLine3())
            .city(contact.city())
            .stateOrRegion(contact.stateOrRegion())
            .districtOrCounty(contact.districtOrCounty())
            .postalCode(contact.postalCode())
            .countryCode(contact.countryCode())
            .phoneNumber(contact.phoneNumber())
            .companyName(contact.companyName())
            .websiteUrl(contact.websiteUrl())
            .build());
  }

  Unit put(PutContactInformationRequest in, Call call) {
    var given = in.contactInformation();
    var contact =
        new Contact(
            some("FullName", given.fullName()),
            some("AddressLine1", given.addressLine1()),
            trimmed("AddressLine2", given.addressLine2()),
            trimmed("AddressLine3", given.addressLine3()),
            some("City", given.city()),
            trimmed("StateOrRegion", given.stateOrRegion()),
            trimmed("DistrictOrCounty", given.districtOrCounty()),
            some("PostalCode", given.postalCode()),
            some("CountryCode", given.countryCode()).toUpperCase(Locale.ROOT),
            some("PhoneNumber", given.phoneNumber()),
            trimmed("CompanyName", given.companyName()),
            trimmed("WebsiteUrl", given.websiteUrl()));
    return change(
        call, targets.require(call, in.accountId()), account -> account.withContact(contact));
  }

  private static @Nullable String trimmed(String name, @Nullable String value) {
    return value == null ? null : some(name, value);
  }

  /** AWS keeps nothing of the spaces around, and wants something between them. */
  private static String some(String name, String value) {
    var stripped = value.strip();
    if (stripped.isEmpty()) {
      throw AccountErrors.empty(name);
    }
    return stripped;
  }

  GetAlternateContactResponse getAlternate(GetAlternateContactRequest in, Call call) {
    var type = in.alternateContactType();
    var contact = find(targets.require(call, in.accountId())).alternateContacts().get(type);
    if (contact == null) {
      throw AccountErrors.noAlternateContact();
    }
    return new GetAlternateContactResponse(
        AlternateContact.builder()
            .alternateContactType(type)
            .name(contact.name())
            .title(contact.title())
            .emailAddress(contact.email())
            .phoneNumber(contact.phoneNumber())
            .build());
  }

  Unit putAlternate(PutAlternateContactRequest in, Call call) {
    var contact =
        new AccountRecord.AlternateContact(
            in.name(), in.title(), in.emailAddress().strip(), in.phoneNumber());
    return change(
        call,
        targets.require(call, in.accountId()),
        account -> account.withAlternateContact(in.alternateContactType(), contact));
  }

  Unit deleteAlternate(DeleteAlternateContactRequest in, Call call) {
    return change(
        call,
        targets.require(call, in.accountId()),
        account -> {
          if (!account.alternateContacts().containsKey(in.alternateContactType())) {
            throw AccountErrors.noAlternateContact();
          }
          return account.withAlternateContact(in.alternateContactType(), null);
        });
  }

  private AccountRecord find(String accountId) {
    return accounts.store().read(tx -> accounts.require(tx, accountId));
  }

  private Unit change(Call call, String accountId, UnaryOperator<AccountRecord> change) {
    return call.write(
        tx -> {
          accounts.change(tx, accountId, change);
          return Unit.UNIT;
        });
  }
}
