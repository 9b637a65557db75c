/** Signing in with a password: the part of AWS's console that Bulwark has without a console. */
@NullMarked
package dev.bulwark.identity.signin;

import org.jspecify.annotations.NullMarked;
