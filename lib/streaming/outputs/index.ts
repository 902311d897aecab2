/** Every output operation. */
import './foreach-rdd'
import './print'
import './save-as-object-files'
import './save-as-text-files'
import './save-to'
import './to-observable'
