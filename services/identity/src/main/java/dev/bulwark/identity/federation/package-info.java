/**
 * Identity providers as both IAM and STS meet them: how they are asked over the network, and the
 * documents with which SAML providers introduce themselves.
 */
@NullMarked
package dev.bulwark.identity.federation;

import org.jspecify.annotations.NullMarked;
