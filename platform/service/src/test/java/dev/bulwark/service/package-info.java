@NullMarked
package dev.bulwark.service;

import org.jspecify.annotations.NullMarked;
