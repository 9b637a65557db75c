package dev.bulwark.identity.iam;

/** The handlers of all operations, and what these are authorized against. */
record IamHandlers(
    IamTargets at,
    Users users,
    Groups groups,
    Roles roles,
    InstanceProfiles instanceProfiles,
    AccessKeys accessKeys,
    LoginProfiles loginProfiles,
    PasswordPolicies passwordPolicies,
    Accounts accounts,
    AuthorizationDetails authorizationDetails,
    ManagedPolicies policies,
    PolicyVersions versions,
    Attachments attachments,
    InlinePolicies inline) {}
