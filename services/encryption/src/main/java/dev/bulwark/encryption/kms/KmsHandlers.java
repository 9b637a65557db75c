package dev.bulwark.encryption.kms;

/** The handlers of all operations, and what these are authorized against. */
record KmsHandlers(
    KeyFinder finder,
    KeyAccess access,
    Keys keys,
    ManagedKeys managed,
    KeyPolicies policies,
    KmsTags tags,
    Aliases aliases,
    Grants grants,
    GrantTokens tokens,
    Rotations rotations,
    MultiRegionKeys regions,
    Imports imports,
    Cryptography cryptography,
    DataKeys dataKeys,
    Signatures signatures,
    KeyUses uses) {}
