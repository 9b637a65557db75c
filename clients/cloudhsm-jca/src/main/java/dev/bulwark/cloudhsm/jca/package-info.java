/**
 * A provider of Java's cryptography whose keys are in a CloudHSM cluster of Bulwark: they are made
 * there, used there, and never leave it.
 */
@NullMarked
package dev.bulwark.cloudhsm.jca;

import org.jspecify.annotations.NullMarked;
