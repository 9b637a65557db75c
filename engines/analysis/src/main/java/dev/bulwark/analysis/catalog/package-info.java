/** The facts of the Service Authorization Reference: services, actions, resource types, keys. */
@NullMarked
package dev.bulwark.analysis.catalog;

import org.jspecify.annotations.NullMarked;
