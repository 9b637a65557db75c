package dev.bulwark.identity.organizations;

import java.time.Instant;

/** That a policy is attached to a root, an organizational unit or an account. */
record AttachmentRecord(
    String organizationId, String targetId, String policyId, String type, Instant attached) {}
