package dev.bulwark.access;

/** A role that a service of this installation has taken on, by the credentials that STS gave it. */
public record RoleSession(String accessKeyId, String sessionToken) {}
