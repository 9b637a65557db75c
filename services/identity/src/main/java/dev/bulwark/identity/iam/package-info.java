/**
 * AWS Identity and Access Management: users, groups, roles, policies, access keys.
 *
 * <p>Start at {@link dev.bulwark.identity.iam.IamService}, the table of operations. Handlers stand
 * in a class for each kind of resource; {@link dev.bulwark.identity.iam.IamTables} holds what is
 * stored. {@link dev.bulwark.identity.iam.IamCredentials} and {@link
 * dev.bulwark.identity.iam.IamPolicies} answer the front door on every request.
 */
@NullMarked
package dev.bulwark.identity.iam;

import org.jspecify.annotations.NullMarked;
