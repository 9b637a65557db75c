package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.DisableAWSServiceAccessRequest;
import dev.bulwark.api.organizations.EnableAWSServiceAccessRequest;
import dev.bulwark.api.organizations.EnabledServicePrincipal;
import dev.bulwark.api.organizations.ListAWSServiceAccessForOrganizationRequest;
import dev.bulwark.api.organizations.ListAWSServiceAccessForOrganizationResponse;
import dev.bulwark.identity.organizations.OrganizationTables.Since;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import java.util.regex.Pattern;

/** The services that may act in all accounts of the organization. */
final class ServiceAccess {
  private static final Pattern SERVICE =
      Pattern.compile("[a-z0-9-]+(\\.[a-z0-9-]+)*\\.amazonaws\\.com");

  private final OrganizationTables tables;
  private final Standings standings;

  ServiceAccess(OrganizationTables tables, Standings standings) {
    this.tables = tables;
    this.standings = standings;
  }

  /**
   * @throws dev.bulwark.schema.ApiException InvalidInputException where that is no service's name
   */
  static void requireService(String principal) {
    if (!SERVICE.matcher(principal).matches()) {
      throw OrganizationErrors.unrecognizedService();
    }
  }

  Unit enable(EnableAWSServiceAccessRequest in, Call call) {
    requireService(in.servicePrincipal());
    return call.write(
        tx -> {
          var organization = standings.management(tx, call).organization();
          if (!organization.allFeatures()) {
            throw OrganizationErrors.notAllFeatures();
          }
          var key = Key.of(organization.id(), in.servicePrincipal());
          if (!tables.serviceAccess().contains(tx, key)) {
            tables
                .serviceAccess()
                .insert(
                    tx,
                    key,
                    new Since(
                        organization.id(),
                        organization.managementAccountId(),
                        in.servicePrincipal(),
                        call.time()));
          }
          return Unit.UNIT;
        });
  }

  /** With the access go the service's delegated administrators. */
  Unit disable(DisableAWSServiceAccessRequest in, Call call) {
    requireService(in.servicePrincipal());
    return call.write(
        tx -> {
          var organization = standings.management(tx, call).organization();
          tables.serviceAccess().delete(tx, Key.of(organization.id(), in.servicePrincipal()));
          OrganizationTables.all(tx, tables.delegations(), Key.prefix(organization.id())).stream()
              .filter(found -> found.service().equals(in.servicePrincipal()))
              .forEach(
                  found ->
                      tables
                          .delegations()
                          .delete(
                              tx, Key.of(organization.id(), found.accountId(), found.service())));
          return Unit.UNIT;
        });
  }

  ListAWSServiceAccessForOrganizationResponse list(
      ListAWSServiceAccessForOrganizationRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              if (!organization.allFeatures()) {
                throw OrganizationErrors.notAllFeatures();
              }
              var page =
                  OrganizationPages.of(
                      OrganizationTables.all(
                          tx, tables.serviceAccess(), Key.prefix(organization.id())),
                      Since::service,
                      in.maxResults(),
                      in.nextToken());
              return new ListAWSServiceAccessForOrganizationResponse(
                  page.map(found -> new EnabledServicePrincipal(found.service(), found.time())),
                  page.next());
            });
  }
}
