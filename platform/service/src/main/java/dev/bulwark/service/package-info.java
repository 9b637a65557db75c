/**
 * What a service is made of: the table of its operations, the call that a handler gets, and the
 * steps of a request.
 */
@NullMarked
package dev.bulwark.service;

import org.jspecify.annotations.NullMarked;
