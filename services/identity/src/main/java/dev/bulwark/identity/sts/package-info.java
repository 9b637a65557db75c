/**
 * AWS Security Token Service: who am I, and temporary credentials.
 *
 * <p>Start at {@link dev.bulwark.identity.sts.StsService}, the table of operations. Sessions are
 * kept nowhere: everything that a session is stands sealed in its token, see {@link
 * dev.bulwark.identity.sts.SessionTokens}. {@link dev.bulwark.identity.sts.IdentityCredentials} and
 * {@link dev.bulwark.identity.sts.IdentityPolicies} answer the front door on every request.
 */
@NullMarked
package dev.bulwark.identity.sts;

import org.jspecify.annotations.NullMarked;
