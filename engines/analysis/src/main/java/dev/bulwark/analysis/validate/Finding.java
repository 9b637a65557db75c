package dev.bulwark.analysis.validate;

import java.util.List;

/**
 * Something that is to be said of a policy.
 *
 * @param details AWS's message
 */
public record Finding(Issue issue, String details, List<Location> locations) {}
