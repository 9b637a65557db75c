/**
 * Reads AWS's service models and writes the {@code api} module.
 *
 * <p><b>From.</b> The models are in the C2J format ({@code models/<service>-<version>-model.json}):
 * those of the artifact {@code com.amazonaws:aws-java-sdk-models}, and our own in {@code
 * src/main/models} for services that it lacks (S3). {@code manifest.json} lists the services: the
 * package of each, its IAM prefix, its CloudTrail source, its protocols where the model does not
 * tell all of them, and for huge services the operations wanted. A file {@code patches/<id>.json}
 * is a merge patch ({@link dev.bulwark.codegen.MergePatch}) that is applied to a model before
 * anything else reads it.
 *
 * <p><b>To.</b> For each service the package {@code dev.bulwark.api.<id>}: a record with a builder
 * per structure, an enum per enumeration, an exception per error, {@code <Name>Api} with one
 * constant per operation, and {@code <Name>Structures}, which makes builders by number. Beside them
 * a binary model ({@link dev.bulwark.schema.ModelFile}) that {@link
 * dev.bulwark.schema.ServiceCatalog} loads when the service is first used. Shapes that no wanted
 * operation reaches are left out; operations that were not wanted stay known by name.
 *
 * <p><b>When.</b> The build of {@code api} runs {@link dev.bulwark.codegen.Generator} each time; it
 * does nothing where neither the generator, the schema runtime, the models nor the manifest
 * changed, and it rewrites only files whose content changed, so that the compiler has only those to
 * do.
 *
 * <p><b>To add a service</b>, add a line to the manifest. To add an operation of a service with a
 * list of operations, add its name there. Then build: {@code mvn -pl codegen,api install}.
 *
 * <p>Generated code names all types of the JDK in full, since services have shapes called {@code
 * Object}, {@code Record} or {@code List}.
 */
@NullMarked
package dev.bulwark.codegen;

import org.jspecify.annotations.NullMarked;
